/** What makes a mark of a picture a button. */
export interface Pressing {
  readonly role: 'button';
  /** SVG takes an attribute by its exact name. */
  readonly tabindex: number;
  readonly onClick: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** Enter and the space bar do what a click does. */
export function pressing(onPress: () => void): Pressing {
  return {
    role: 'button',
    tabindex: 0,
    onClick: onPress,
    onKeyDown: (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      onPress();
    },
  };
}
