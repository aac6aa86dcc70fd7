import type Joi from 'joi';
import type { RoutePolicy } from '../routing/route-policy';

/**
 * One word that a route, or the file's `defaults`, may say of how requests are treated. A file a key: what it looks like
 * in YAML, what is taken for it, and what it comes to.
 */
export interface PolicyKey<Given extends object> {
  readonly schema: Joi.PartialSchemaMap<Given>;
  /** What it changes in the policy beneath: that of `defaults`, or of the settings. What was not given changes nothing. */
  over(given: Given, beneath: RoutePolicy): Partial<RoutePolicy>;
}
