import { useEffect, useState } from 'preact/hooks';
import { source } from '../state/store';

/** At a gateway: the consoles of the registries that it follows, where its settings have them. */
export function RegistryLinks() {
  const [urls, setUrls] = useState<readonly string[]>([]);
  const from = source.value;
  useEffect(() => {
    if (from?.kind !== 'gateway') return;
    let isWanted = true;
    void from.registryUrls().then((found) => {
      if (isWanted) setUrls(found.filter((url) => /^https?:\/\//.test(url)));
    });
    return () => {
      isWanted = false;
    };
  }, [from]);
  return (
    <>
      {urls.map((url, index) => (
        <>
          {index === 0 ? '' : ', '}
          <a class="link" key={url} href={`${url}/ui/`} rel="noopener noreferrer">
            {url}/ui/
          </a>
        </>
      ))}
    </>
  );
}
