import { startRunServer } from './run-server';

export default startRunServer;
