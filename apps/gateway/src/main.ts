import { runService } from '@rollcall/service-kit';
import { compose } from './compose';
import { gatewayConfig } from './config';

runService({ config: gatewayConfig, compose });
