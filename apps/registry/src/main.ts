import { keepGarbageYoung, runService } from '@rollcall/service-kit';
import { composeRegistry } from './compose';
import { registryConfig } from './config';

keepGarbageYoung();
runService({ config: registryConfig, compose: composeRegistry });
