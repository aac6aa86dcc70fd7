import { catalog } from '../state/store';

export function ServicesPage() {
  return (
    <ul>
      {[...catalog.value.values()].map(({ name, instances }) => (
        <li key={name}>
          {name} {instances.length}
        </li>
      ))}
    </ul>
  );
}
