package main

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/scopeway/scopeway/issuertest"
)

// odd is a token with a signature that holds, which an authorizer should refuse
// all the same.
type odd struct {
	name  string
	token func(s *scene) string
}

var oddTokens = []odd{
	{"`crit` in the header, naming what nobody knows (RFC 7515, 4.1.11)", func(s *scene) string {
		return s.sign("RS256", issuertest.Header{"crit": []string{"x"}, "x": true}, nil)
	}},
	{"`b64` in the header, without `crit` (RFC 7797)", func(s *scene) string {
		return s.sign("RS256", issuertest.Header{"b64": false}, nil)
	}},
	{"bound to a key of the client's, `cnf` (RFC 7800)", func(s *scene) string {
		return s.sign("RS256", nil, issuertest.Claims{"cnf": map[string]string{"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}})
	}},
	{"`ISS` in the place of `iss`", func(s *scene) string {
		return s.sign("RS256", nil, issuertest.Claims{"iss": nil, "ISS": s.Issuer})
	}},
	{"no `sub` (RFC 9068, 2.2)", func(s *scene) string {
		return s.sign("RS256", nil, issuertest.Claims{"sub": nil})
	}},
	{"`exp` of 1e300", func(s *scene) string {
		return s.sign("RS256", nil, issuertest.Claims{"exp": json.RawMessage("1e300")})
	}},
	{"`iat` in an hour", func(s *scene) string {
		return s.sign("RS256", nil, issuertest.Claims{"iat": time.Now().Add(time.Hour).Unix()})
	}},
	{"a second spelling of the signature in base64url", func(s *scene) string { return respell(s.tokens["RS256"][0]) }},
	{"a line feed in a claim that goes to the log", func(s *scene) string {
		return s.sign("RS256", nil, issuertest.Claims{"sub": "subject\nsubject"})
	}},
	{"9 KB of token", func(s *scene) string {
		return s.sign("RS256", nil, issuertest.Claims{"x": string(bytes.Repeat([]byte("x"), 6500))})
	}},
}

// respell changes the last character where it has bits that mean nothing: 256
// bytes leave four over.
func respell(token string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := bytes.IndexByte([]byte(alphabet), token[len(token)-1])
	return token[:len(token)-1] + alphabet[last^1:last^1+1]
}

// judgeOddTokens asks every authorizer about each odd token.
func (r *report) judgeOddTokens(ctx context.Context, s *scene, b *bundled, _ effort) error {
	var raw [][]byte
	for _, one := range oddTokens {
		raw = append(raw, eventFor(one.token(s)))
	}
	subjects, err := newSubjects(ctx, s.settings)
	if err != nil {
		return err
	}
	for _, one := range subjects {
		o := outcome{}
		for _, event := range raw {
			o.Allowed = append(o.Allowed, allows(one.handle(ctx, event)))
		}
		r.odd = append(r.odd, o.Allowed)
	}
	w, err := newWorker(ctx, b, s.settings)
	if err != nil {
		return err
	}
	defer w.close()
	if err := w.load("all", raw); err != nil {
		return err
	}
	o, err := w.call(command{Do: "each", Set: "all"})
	r.odd = append(r.odd, o.Allowed)
	return err
}
