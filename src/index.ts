export { BacktestExportError, errorCodes, type ErrorCode, type ErrorPosition } from './errors.ts';
