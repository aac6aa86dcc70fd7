/** Services that hold on to an instance. Few, as a rule, however many there are. */
export interface HoldingServices {
  /** No instance is to be let go of before; undefined while none is held on to. */
  readonly nextRelease: number | undefined;
  /** @param heldUntil when the first of its held instances is let go of; undefined when it has none */
  note(serviceName: string, heldUntil: number | undefined): void;
  /** All of them, to be looked at and noted again: that is how the next release is found. */
  take(): readonly string[];
}

export function createHoldingServices(): HoldingServices {
  const services = new Set<string>();
  let nextRelease: number | undefined;

  return {
    get nextRelease() {
      return services.size === 0 ? undefined : nextRelease;
    },
    note(serviceName, heldUntil) {
      if (heldUntil === undefined) services.delete(serviceName);
      else {
        services.add(serviceName);
        nextRelease = Math.min(nextRelease ?? Infinity, heldUntil);
      }
    },
    take() {
      nextRelease = undefined;
      return [...services];
    },
  };
}
