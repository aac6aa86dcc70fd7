import { layOut } from './lay-out';
import type { Layout, LayoutRequest } from './layout';

/** The worker's side of a port, as far as it is used: the types of a page and of a worker exclude each other. */
interface Port {
  postMessage(layout: Layout): void;
  onmessage: ((event: { readonly data: LayoutRequest }) => void) | null;
}

const port = globalThis as unknown as Port;
port.onmessage = ({ data }) => port.postMessage(layOut(data));
