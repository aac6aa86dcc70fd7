export { eventually } from './eventually';
export { startTypeScript, type TypeScriptProcess } from './typescript-process';
