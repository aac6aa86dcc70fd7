import { runService } from '@rollcall/service-kit';
import { composeProduct } from './compose';
import { productConfig } from './config';

runService({ config: productConfig, compose: composeProduct });
