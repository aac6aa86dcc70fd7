import { startOtlpReceiver, type ReceivedSpan } from '@rollcall/testing';
import { createLogger, defineConfig, processSettings, startTracer, type Tracer } from '../src';

const config = defineConfig(processSettings({ PORT: 0, SERVICE_NAME: 'spec' }));

/** A tracer as an app has it, and the spans that it has sent by its end. */
export async function recordSpans(
  work: (tracer: Tracer) => Promise<void> | void,
): Promise<readonly ReceivedSpan[]> {
  const receiver = await startOtlpReceiver();
  const settings = config.read({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  const logger = createLogger({ service: 'spec', level: 'error', pretty: false });
  const running = await startTracer(settings, { logger });
  if (running === undefined) throw new Error('no tracer was started');
  try {
    await work(running.tracer);
    await running.stop();
    return receiver.spans;
  } finally {
    await receiver.close();
  }
}
