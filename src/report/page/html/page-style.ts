import { chartStyle } from '../../charts/chart-style.ts';
import { colorProperties } from './page-palette.ts';

/** Dark where the reader's system is, or where the switch says so; paper is always light. */
const schemes = `
:root{color-scheme:light dark;${colorProperties('light')}}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${colorProperties('dark')}}}
@media screen{
:root[data-theme=dark]{color-scheme:dark;${colorProperties('dark')}}
:root[data-theme=light]{color-scheme:light;${colorProperties('light')}}
}
`;

const layout = `
*,*::before,*::after{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1.5rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--background);color:var(--text);font:400 1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
.page{max-width:80rem;margin:0 auto;padding:0 1.25rem 4rem}
header.top{padding:1.75rem 0 1.25rem;position:relative}
.eyebrow{margin:0 0 .25rem;font-size:.8125rem;font-weight:600;letter-spacing:.06em;text-transform:uppercase;color:var(--muted)}
h1{margin:0;font-size:clamp(1.6rem,1.2rem + 2vw,2.25rem);line-height:1.2;font-weight:680;letter-spacing:-.015em;padding-right:5rem}
.subtitle{margin:.4rem 0 0;color:var(--muted)}
h2{margin:0 0 .5rem;font-size:1.375rem;line-height:1.3;font-weight:660;letter-spacing:-.01em}
h3{margin:0 0 .15rem;font-size:1.0625rem;line-height:1.35;font-weight:640}
p{margin:0 0 .75rem}
a{color:var(--accent);text-underline-offset:.15em}
section{margin:0 0 3.25rem}
.reading{max-width:46rem;font-size:1.0625rem;margin-bottom:1.25rem}
main>section:not(.lead){padding-top:2rem;border-top:1px solid var(--line)}
`;

const parts = `
.verdict{display:grid;grid-template-columns:auto 1fr;gap:.1rem .75rem;margin:1.25rem 0 0;padding:.85rem 1.1rem;border-radius:.6rem;border:1px solid currentColor;max-width:52rem}
.verdict p{margin:0}
.verdict .mark{font-weight:700;font-size:1.15rem;line-height:1.35}
.verdict strong{font-weight:650}
.verdict .meaning{grid-column:2;color:var(--text)}
.sound{color:var(--good);background:var(--good-surface)}
.warnings,.incomplete{color:var(--warn);background:var(--warn-surface)}
.errors{color:var(--bad);background:var(--bad-surface)}
.findings{margin:0 0 1.25rem;padding:0;list-style:none;max-width:48rem}
.findings li{padding:.4rem 0 .4rem 1.1rem;border-left:3px solid var(--line);margin:0 0 .35rem}
.findings li:first-child{border-color:var(--accent);font-size:1.125rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,12rem),1fr));gap:.9rem;margin:0}
.tile{background:var(--surface);border-radius:.6rem;padding:1rem 1.1rem;display:flex;flex-direction:column}
.lead>figure{margin:1.5rem 0 0}
.tile dt{font-size:.875rem;font-weight:600;color:var(--muted)}
.tile .value{margin:.1rem 0 .35rem;font-size:1.9rem;line-height:1.2;font-weight:660;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.tile .about{margin:0;font-size:.875rem;line-height:1.45;color:var(--muted)}
nav ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.15rem .9rem;font-size:.9375rem}
nav{padding:.4rem 0 1.5rem;min-width:0}
nav a{display:inline-block;padding:.25rem 0;text-decoration:none;color:var(--muted)}
nav a:hover{color:var(--accent);text-decoration:underline}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,23rem),1fr));gap:.4rem 2.5rem;margin:0 0 1.75rem;font-size:.9375rem}
.facts div{display:grid;grid-template-columns:8.5rem minmax(0,1fr);gap:1rem}
.facts dt{color:var(--muted)}
.facts dd{margin:0;overflow-wrap:anywhere}
.notes{margin:0 0 1.5rem;font-size:.9375rem}
.notes ul{margin:.3rem 0 0;padding-left:1.15rem}
.notes li{margin:.15rem 0}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,25rem),1fr));gap:2rem 2.25rem;margin:0 0 1.75rem;align-items:start}
figure{margin:0;min-width:0}
figure.wide{grid-column:1/-1}
figure:only-child:not(.wide){max-width:33rem}
section>details{margin:0 0 1rem}
details[open]>summary{margin-bottom:.6rem}
figcaption{margin:0 0 .6rem;max-width:44rem}
figcaption p{margin:0;font-size:.9375rem;color:var(--muted)}
.drawing{overflow-x:auto;padding:.2rem .6rem;margin:0 -.6rem}
details{margin:.6rem 0 0;font-size:.9375rem}
summary{cursor:pointer;color:var(--muted);padding:.2rem 0}
summary:hover{color:var(--text)}
.skip{position:absolute;left:-100vw;top:.5rem;background:var(--background);padding:.5rem .9rem;border-radius:.4rem;z-index:2}
.skip:focus{left:.75rem}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:.2rem}
main:focus{outline:none}
footer{border-top:1px solid var(--line);padding-top:1.25rem;color:var(--muted);font-size:.875rem}
footer p{margin:.15rem 0}
.theme{position:absolute;right:0;top:1.65rem}
button{font:inherit;color:inherit;background:none;border:1px solid var(--edge);border-radius:.4rem;padding:.25rem .7rem;cursor:pointer}
.theme{font-size:.875rem}
`;

const tables = `
.table{margin:0 0 1.75rem}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.875rem;line-height:1.4;font-variant-numeric:tabular-nums;min-width:min(100%,30rem)}
caption{text-align:left;font-weight:600;padding:0 0 .45rem;caption-side:top}
caption span{display:block;position:sticky;left:0;width:fit-content;max-width:min(46rem,calc(100vw - 2rem))}
th,td{padding:.38rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child{padding-left:0}
th:last-child,td:last-child{padding-right:.2rem}
thead th{font-weight:600;color:var(--muted);border-bottom-color:var(--edge);vertical-align:bottom}
tbody th{font-weight:500}
.total th,.total td{font-weight:650}
.n{text-align:right}
.name{white-space:normal;min-width:7rem;max-width:20rem;overflow-wrap:anywhere}
.prose{white-space:normal;min-width:13rem}
.more{margin:.5rem 0 0;font-size:.875rem;color:var(--muted)}
.tools{display:flex;flex-wrap:wrap;gap:.35rem 1rem;align-items:baseline;margin:0 0 .6rem;font-size:.875rem;color:var(--muted)}
.tools input{font:inherit;color:var(--text);background:var(--background);border:1px solid var(--edge);border-radius:.4rem;padding:.25rem .55rem;margin-left:.5rem;width:12rem;max-width:100%}
th button{border:0;padding:0;border-radius:.2rem;font-weight:inherit;text-align:inherit;white-space:inherit}
th button:hover{color:var(--text);text-decoration:underline}
th[aria-sort=ascending] button::after{content:" \\2191"}
th[aria-sort=descending] button::after{content:" \\2193"}
tr[hidden]{display:none}
`;

const media = `
@media (min-width:68rem){
.columns{display:grid;grid-template-columns:11rem minmax(0,1fr);gap:3rem}
nav{position:sticky;top:1.5rem;align-self:start;padding:.3rem 0 0}
nav ul{flex-direction:column;gap:.1rem}
}
@media (max-width:34rem){
.page{padding:0 .9rem 3rem}
header.top{padding-top:1.5rem}
.facts div{grid-template-columns:7rem minmax(0,1fr);gap:.75rem}
.theme{top:1.3rem}
nav ul{flex-wrap:nowrap;overflow-x:auto;gap:1.1rem;padding-bottom:.3rem}
nav a{white-space:nowrap}
h1{padding-right:0}
.tiles{grid-template-columns:1fr 1fr;gap:.6rem}
.tile{padding:.8rem}
.tile .value{font-size:1.5rem}
.chart-wide{min-width:34rem}
.chart-wide text{font-size:12px}
}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@media print{
@page{size:A4;margin:16mm 14mm}
html{scroll-padding:0;font-size:9.5pt}
body{line-height:1.4}
.page{max-width:none;padding:0}
header.top{padding:0 0 4mm}
nav,.skip,.theme,.tools,summary{display:none}
section{margin:0 0 7mm}
main>section:not(.lead){padding-top:4mm}
details::details-content{content-visibility:visible;block-size:auto}
h2,h3,caption,figcaption,.reading{break-after:avoid}
figure,.tile,.verdict,tr,.findings li,.drawing{break-inside:avoid}
figure:only-child{break-inside:auto}
thead{display:table-header-group}
.scroll,.drawing{overflow:visible}
details.long>*{display:none}
table{font-size:7.5pt;width:100%;min-width:0}
th,td{padding:1mm 1.5mm}
thead th,.n{white-space:normal}
p{break-inside:avoid}
figure:only-child:not(.wide){max-width:110mm}
.charts{grid-template-columns:1fr 1fr;gap:5mm 6mm}
.chart{max-width:100%}
.tiles{grid-template-columns:repeat(4,1fr);gap:3mm}
.tile{border:1px solid var(--line);padding:3mm}
a{color:inherit;text-decoration:none}
}
`;

/** The style of the page: one text, allowed by its hash. No font and no image is loaded. */
export const pageStyle: string = [chartStyle, schemes, layout, parts, tables, media].join('').replaceAll(/\n+/g, '\n');
