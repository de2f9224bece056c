// Package token verifies OAuth access tokens that are JSON Web Tokens
// (RFC 7519, RFC 9068), strictly: whatever is not understood is refused.
//
// A [Verifier] is made from [Issuer] values, which are configuration and never
// come from a token. The issuer of a token is picked from them by the exact
// bytes of iss, and its keys, algorithms, audiences and clients are its own.
// [Verifier.Verify] looks at a token in a fixed order: size, form, header,
// issuer, algorithm, type, claims, audience, client, time; then the key is
// looked for, and the signature is checked last. So rubbish never causes a key
// set to be fetched, and nothing is believed until the signature holds: only
// then is there a [Verified] value. A refusal is an [*Error] with one reason.
//
// A token that was let through is remembered by its SHA-256, and let through
// again without another look at its signature for as long as its time claims hold
// and its issuer's [Keys] give the same key for it. A refusal is not remembered.
//
// What is accepted: compact JWS (RFC 7515, section 3.1) over strict base64url
// and strict JSON, signed with RSA, ECDSA or Ed25519. There is no HMAC, no
// "none", no decryption and no switch that leaves a check out. Headers that
// name a key or where to get one (jku, jwk, x5u, x5c) are never read.
//
// Times are NumericDate values (RFC 7519, section 2) written as plain decimal
// numbers from 0 to 253402300799 (the year 9999) without an exponent; a
// fraction is cut off. Clocks may differ by [ClockSkew]. Which claims hold the
// client, the scopes and the token's id, and what makes an access token, is up to
// the issuer's [Profile]. Scopes are one string of scope tokens with one space
// between them (RFC 6749, section 3.3), or an array of scope tokens, as the profile
// says and never both; an empty one grants nothing. sub, the client and the token's
// id have at most 256 bytes and no character that is not seen (control, format, line
// and paragraph separator).
//
// Of roles, groups and further claims, a caller has only those that the rules
// name ([Known]). Roles and groups are an array of strings at a configured
// place: anything else there, or one element that is no string, is none. A
// claim is a string, a boolean, or a number that is written as a plain integer
// and fits 64 bits; of any other kind or spelling (3.0, 3e0) it is absent.
//
// What is not checked: whether the token was revoked (a good token counts until
// it expires), whether the subject still exists, and proof of possession: a
// token that is bound to a key (cnf) is refused. An ECDSA signature has a
// second valid form that anybody can compute, so deny lists must go by
// [Verified.TokenID], not by the token's bytes.
package token
