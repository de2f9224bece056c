package explain

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// issuersOf returns the issuers as the function has them, but that the keys of
// those whose key set is given come from there.
func issuersOf(config Config, now func() time.Time) ([]token.Issuer, error) {
	shipped := maps.Clone(config.Shipped)
	if shipped == nil {
		shipped = map[string]*keyset.Shipped{}
	}
	for _, identity := range config.Identities {
		if identity.Keys != authorizer.ShippedKeys {
			continue
		}
		text, given := config.KeySets[identity.Name]
		if !given {
			if shipped[identity.Name] == nil {
				return nil, fmt.Errorf("identity %q, its keys are shipped with the function and are not here, write -keys %s=FILE with its key set", identity.Name, identity.Name)
			}
			continue
		}
		set, err := keyset.ParseShipped(text)
		if err != nil {
			return nil, fmt.Errorf("identity %q, keys, %w", identity.Name, err)
		}
		shipped[identity.Name] = set
	}
	issuers, err := authorizer.Issuers(config.Identities, shipped, now, nil)
	if err != nil {
		return nil, err
	}
	for n, identity := range config.Identities {
		text, given := config.KeySets[identity.Name]
		if !given || identity.Keys == authorizer.ShippedKeys {
			continue
		}
		if err := isKeySet(text); err != nil {
			return nil, fmt.Errorf("identity %q, -keys, %w", identity.Name, err)
		}
		issuers[n].Keys, err = keyset.New(keyset.Config{
			URL: identity.Keys, Now: now,
			Client: &http.Client{Transport: fixedAnswer(text)},
		})
		if err != nil {
			return nil, fmt.Errorf("identity %q, keys, %w", identity.Name, err)
		}
	}
	return issuers, nil
}

// isKeySet refuses what is no key set at all, which would look like a fault of
// the URL that it stands for. What is in a set, the engine judges.
func isKeySet(text []byte) error {
	set, err := strictjson.Parse(text, strictjson.Limits{Bytes: len(text), Depth: 16})
	if err != nil || set.Member("keys").Kind() != strictjson.Array {
		return errors.New("the file is not a JSON Web Key Set, write what the issuer's URL answers: {\"keys\":[…]}")
	}
	return nil
}

// fixedAnswer answers every request with one text, so that a key set from a file
// is read and judged as one that was fetched.
type fixedAnswer []byte

// RoundTrip implements [http.RoundTripper].
func (f fixedAnswer) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(f)), Request: request,
	}, nil
}

// Named returns the name of the identity that is called so by its name or its
// id; "" is the only one. It refuses what is called nothing, and what several are
// called.
func Named(identities []authorizer.Identity, called string) (string, error) {
	var names, found []string
	for _, identity := range identities {
		names = append(names, identity.Name)
		if identity.Name == called || identity.ID == called && called != "" {
			found = append(found, identity.Name)
		}
	}
	switch {
	case called == "" && len(names) == 1:
		return names[0], nil
	case called == "":
		return "", fmt.Errorf("keys, there are several identities, write whose they are, as in %s=FILE, one of %q", names[0], names)
	case len(slices.Compact(found)) != 1:
		return "", fmt.Errorf("keys, no identity or several are called that, got %q, write one of %q", called, names)
	}
	return found[0], nil
}
