// Checks an SD-JWT VC with an implementation that shares nothing with ours. Reads {token, keys, now, status_list} from
// standard input; prints the claims, or ends with 1 and the reason.
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const given = JSON.parse(readFileSync(0, 'utf8'));

function verifier(signed, signature) {
  const header = JSON.parse(Buffer.from(signed.split('.')[0], 'base64url'));
  const jwk = given.keys.keys.find((key) => key.kid === header.kid);
  if (header.alg !== 'EdDSA' || !jwk) return false;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return verify(null, Buffer.from(signed), key, Buffer.from(signature, 'base64url'));
}

const instance = new SDJwtVcInstance({
  verifier,
  statusVerifier: verifier,
  hasher: (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest(),
  hashAlg: 'sha-256',
  statusListFetcher: async () => given.status_list,
});

try {
  const { payload } = await instance.verify(given.token, { currentDate: given.now });
  console.log(JSON.stringify(payload));
} catch (error) {
  console.error(String(error.message));
  process.exit(1);
}
