import { runService } from '@rollcall/service-kit';
import { composeRegistry } from './compose';
import { registryConfig } from './config';

runService({ config: registryConfig, compose: composeRegistry });
