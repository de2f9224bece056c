package gateway

import (
	"fmt"

	"github.com/scopeway/scopeway/access"
)

// publicPaths reports public routes with a variable in front of a server that
// serves closed routes too: nobody looks at the path of a public request, and
// one such as "/menu/..%2forders" could mean a closed route to the server.
func (c *core) publicPaths() access.Problems {
	var ps access.Problems
	for _, r := range c.routes {
		if !r.public() || !r.hasVariable() || !r.backend.readsPath() {
			continue
		}
		for _, other := range c.routes {
			if other.public() || other.backend.name(c) != r.backend.name(c) {
				continue
			}
			ps = append(ps, access.Problem{ID: "PublicPath", Subject: fmt.Sprintf("route %q", r.key), Text: fmt.Sprintf(
				"it is public, a part of its path is up to the client, and its server also serves %q (%s), which is not public, so that an odd spelling of the path could get there: serve it from another server, or write out its paths", other.key, other.site), Site: r.site})
			break
		}
	}
	return ps
}
