// A certified OpenID provider for tests (npm: oidc-provider). It is told everything by PROVIDER, in
// JSON: port, client, secret, back, out, logout (back-channel) and members: {name: [roles]}. Any password will do.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const told = JSON.parse(process.env.PROVIDER);
const found = createRequire(told.packages + '/').resolve('oidc-provider');
const { Provider } = await import(pathToFileURL(found));

const provider = new Provider(`http://127.0.0.1:${told.port}`, {
  clients: [{
    client_id: told.client, client_secret: told.secret, redirect_uris: [told.back],
    post_logout_redirect_uris: [told.out], response_types: ['code'], grant_types: ['authorization_code'],
    backchannel_logout_uri: told.logout,
  }],
  jwks: told.jwks,
  pkce: { required: () => true },
  cookies: { keys: ['only for tests'] },
  claims: { openid: ['sub', 'roles', 'preferred_username'] },
  conformIdTokenClaims: false,
  features: { backchannelLogout: { enabled: true } },
  clientBasedCORS: () => false,
  async findAccount(_, name) {
    return { accountId: name, claims: () => ({ sub: `id-${name}`, preferred_username: name, roles: told.members[name] ?? [] }) };
  },
});
provider.on('server_error', (_, error) => console.error(error));
provider.listen(told.port, '127.0.0.1', () => console.log('listening'));
