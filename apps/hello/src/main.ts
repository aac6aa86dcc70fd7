import { runService } from '@rollcall/service-kit';
import { composeHello } from './compose';
import { helloConfig } from './config';

runService({ config: helloConfig, compose: composeHello });
