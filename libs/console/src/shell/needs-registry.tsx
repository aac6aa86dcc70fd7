import { RegistryLinks } from '../parts/registry-links';

/** In the place of a page that a gateway has nothing for. */
export function NeedsRegistry({ title }: { readonly title: string }) {
  return (
    <section class="panel empty" aria-label={title}>
      <h1>{title}</h1>
      <p>
        This is the console of one gateway, and only a registry knows what this page shows. Open it at a
        registry that this gateway follows: <RegistryLinks />
      </p>
    </section>
  );
}
