//go:build !unix

package assembly

import "errors"

func pipe(string) error { return errors.ErrUnsupported }
