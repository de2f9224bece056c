// Package provider says what rotation needs of the place where the secrets of
// an OAuth client live.
package provider

import (
	"context"
	"errors"
	"time"
)

// Provider is where the secrets of a client live. It is used by one goroutine.
type Provider interface {
	// Traits say what the provider can do.
	Traits() Traits
	// Reveal returns the secret that the client has now, or [ErrNotTold].
	Reveal(ctx context.Context, client string) (Secret, error)
	// Create makes a new secret of the client. Where it replaces the former one,
	// that may die at once.
	Create(ctx context.Context, client string) (Secret, error)
	// List returns the client's secrets that can be told apart and removed,
	// eldest first, without their values.
	List(ctx context.Context, client string) ([]Listed, error)
	// Remove takes a secret away. One that is not there is no error.
	Remove(ctx context.Context, client, id string) error
	// Try asks the token endpoint whether a secret works. An error that is
	// [ErrRefused] says that it does not; any other that nobody knows.
	Try(ctx context.Context, client, secret string) error
}

// Traits are what a provider can do.
type Traits struct {
	// Most is how many secrets a client may have at once, 0 for no known limit.
	Most int
	// Replaces is whether Create replaces the secret that the client has. Then
	// nobody can wait with the new one until it was tested.
	Replaces bool
}

// Secret is a client secret with its value.
type Secret struct {
	// ID is the provider's name for it, "" where it has none.
	ID    string
	Value string
}

// String keeps the value out of texts.
func (Secret) String() string { return "[secret]" }

// GoString keeps the value out of texts.
func (s Secret) GoString() string { return s.String() }

// Listed is a client secret without its value.
type Listed struct {
	ID      string
	Created time.Time
}

var (
	// ErrNotTold is the error of a provider that does not tell the secret a
	// client has.
	ErrNotTold = errors.New("the provider does not tell the secret that the client has")
	// ErrRefused is the error of a secret that the token endpoint refuses.
	ErrRefused = errors.New("the token endpoint refuses the client's credentials")
)
