import { useEffect, useRef, useState } from 'preact/hooks';
import { startWorker } from '../state/worker-files';
import { heldStill, layoutKey, NO_LAYOUT, type Layout, type LayoutRequest } from './layout';

/**
 * Where the nodes are: kept until the set of nodes is another one, then laid out again in a worker, with the picture before
 * standing meanwhile. Held, no node that is there moves even then.
 */
export function useLayout(request: LayoutRequest, isHeld: boolean): Layout {
  const [layout, setLayout] = useState(NO_LAYOUT);
  const worker = useRef<Worker | undefined>(undefined);
  const key = layoutKey(request);

  useEffect(() => () => worker.current?.terminate(), []);
  useEffect(() => {
    if (request.nodes.length === 0) {
      setLayout(NO_LAYOUT);
      return;
    }
    worker.current ??= startWorker('layout-worker');
    let isWanted = true;
    worker.current.onmessage = ({ data }: MessageEvent<Layout>) => {
      // What was asked before comes first, and is not wanted any more.
      if (isWanted && data.key === key)
        setLayout((before) => (isHeld ? heldStill(before, data, request) : data));
    };
    worker.current.postMessage(request);
    return () => {
      isWanted = false;
    };
    // Another request of the same nodes is the same picture.
  }, [key]);
  return layout;
}
