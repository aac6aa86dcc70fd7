import { choices, hrefWith } from './navigation';

export type Theme = 'dark' | 'light';

const prefersLight = matchMedia('(prefers-color-scheme: light)');

/** Of the link, or of the system. */
export function themeOf(chosen: string | undefined): Theme {
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return prefersLight.matches ? 'light' : 'dark';
}

/** The address with the other theme. One that is the system's own needs no word in it. */
export function hrefOfOtherTheme(): string {
  const other = themeOf(choices.value['theme']) === 'dark' ? 'light' : 'dark';
  return hrefWith({ theme: other === themeOf(undefined) ? undefined : other });
}

/** Keeps the document in the theme that is chosen. */
export function followTheme(): void {
  const apply = () => {
    document.documentElement.dataset['theme'] = themeOf(choices.value['theme']);
  };
  choices.subscribe(apply);
  prefersLight.addEventListener('change', apply);
}
