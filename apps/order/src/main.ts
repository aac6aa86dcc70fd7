import { runService } from '@rollcall/service-kit';
import { composeOrder } from './compose';
import { orderConfig } from './config';

runService({ config: orderConfig, compose: composeOrder });
