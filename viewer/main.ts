import { App } from './app.ts';

const root = document.querySelector<HTMLElement>('#app');
const status = document.querySelector<HTMLElement>('#status');
if (root === null || status === null) throw new Error('the page is not whole');
const app = new App(root, status);
app.start(document.documentElement.dataset['exports']);
