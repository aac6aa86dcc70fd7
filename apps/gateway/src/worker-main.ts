import { keepGarbageYoung, runService } from '@rollcall/service-kit';
import { composeWorker } from './compose-worker';
import { gatewayConfig } from './config';
import { openPrimaryChannel } from './cluster/primary-channel';

keepGarbageYoung();
const channel = openPrimaryChannel();
runService({
  config: gatewayConfig,
  compose: (config, kit) => composeWorker(config, { ...kit, channel }),
  stopWhen: channel.whenToldTo('stop'),
});
