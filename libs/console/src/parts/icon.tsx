const PATHS = {
  services: 'M2 4h12M2 8h12M2 12h8',
  topology:
    'M5.5 8a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM14.5 3.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM14.5 12.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM5.4 7l5.2-2.6M5.4 9l5.2 2.6',
  events: 'M2.5 3.5h5M2.5 8h11M6.5 12.5h7',
  routes: 'M3 13V8a3 3 0 0 1 3-3h7M10.5 2.5 13 5l-2.5 2.5',
  explain: 'M11.3 7a4.3 4.3 0 1 1-8.6 0 4.3 4.3 0 0 1 8.6 0zM10.3 10.3l3.400 3.400',
  gateways:
    'M3 3h10a1 1 0 0 1 1 1v2a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM3 9.5h10a1 1 0 0 1 1 1v2a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1v-2a1 1 0 0 1 1-1z',
  doctor: 'M2 8h3l1.5-4 3 8L11 8h3',
  shield: 'M8 1.5 13.5 3.5v4c0 3.5-2.3 5.800-5.5 7-3.200-1.200-5.5-3.5-5.5-7v-4zM8 5v3.5M8 10.7v.1',
  close: 'M4 4l8 8M12 4l-8 8',
  down: 'M4 6l4 4 4-4',
  theme: 'M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12',
  lock: 'M4 7h8a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1zM5 7V5a3 3 0 0 1 6 0v2',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
