/** A service smaller than this has no majority to speak of: one of two that goes is half of it. */
const FEWEST_LISTED = 3;

/**
 * Whether so many at once are more likely to be out of the registry's sight than dead.
 *
 * @param listed who is listed, and who was until a moment ago
 * @param going who of them has gone on a presumption, or is about to
 */
export function isMassExpiry({ listed, going }: { listed: number; going: number }): boolean {
  return listed >= FEWEST_LISTED && going * 2 >= listed;
}
