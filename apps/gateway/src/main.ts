import { keepGarbageYoung, runService } from '@rollcall/service-kit';
import { compose } from './compose';
import { gatewayConfig } from './config';

keepGarbageYoung();
runService({ config: gatewayConfig, compose });
