// The client's two ways to a host that is not its own, its package unchanged.

import CloudConvert from 'cloudconvert';

// It has no option for its hosts, but the public method that every request passes is told one.
class Elsewhere extends CloudConvert {
  constructor(endpoints) {
    super(endpoints.api_key);
    this.endpoints = endpoints;
  }

  callWithBase(base, ...request) {
    const host = base.startsWith('https://sync.') ? this.endpoints.sync : this.endpoints.api;
    return super.callWithBase(`${host}/`, ...request);
  }
}

export const elsewhere = endpoints => new Elsewhere(endpoints);

// What it takes for a region goes in front of its hosts' names.
export const region = endpoints =>
  new CloudConvert(endpoints.api_key, false, `${new URL(endpoints.tls).host}/`);
