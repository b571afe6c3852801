/** `backtest-export/emulator`: the export job API of Amazon Forecast on a port of this machine, for tests. */
export { listen, type Emulator } from './listen.ts';
export type { ListenOptions } from './listen-options.ts';
export type { EmulatorPredictor, GeneratedPredictor, PredictorRows } from './predictor-sources.ts';
export type { AnsweredRequest } from './door/http-door.ts';
export type { AccessKeys } from './door/signature.ts';
export { WireException } from '../job/exceptions.ts';
