import type { DeclaredResource, ObservedResource, ResourceRepair } from '../../src/kinds/resource.ts';

/** A resource that does as it is told, and is as declared but for what is given. */
export class FakeResource {
  readonly made: ResourceRepair[] = [];
  readonly declared: DeclaredResource;
  state: Record<string, unknown>;
  unread: Record<string, string> = {};
  refusal: Error | undefined;

  constructor(declared: DeclaredResource, state: Record<string, unknown> = {}) {
    this.declared = declared;
    this.state = { ...declared.fields, ...state };
  }

  observe(): Promise<ObservedResource> {
    const { name } = this.declared;
    return Promise.resolve({ name, standing: 'here', state: { ...this.state }, unread: this.unread });
  }

  repair(repair: ResourceRepair) {
    if (this.refusal) return Promise.reject(this.refusal);
    this.made.push(repair);
    Object.assign(this.state, repair.sets);
    return Promise.resolve({ requestId: `request-${this.made.length}` });
  }
}
