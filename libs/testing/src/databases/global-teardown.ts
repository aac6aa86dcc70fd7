import { stopRunServer } from './run-server';

export default stopRunServer;
