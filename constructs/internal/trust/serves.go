package trust

import (
	"maps"
	"slices"
	"strings"

	"github.com/scopeway/scopeway/access"
)

// Sorted returns the resource servers by key, nil first.
func Sorted(serves map[*access.ResourceServer]string) []*access.ResourceServer {
	return slices.SortedFunc(maps.Keys(serves), func(a, b *access.ResourceServer) int {
		if a == nil || b == nil {
			if a == b {
				return 0
			}
			if a == nil {
				return -1
			}
			return 1
		}
		if c := strings.Compare(a.Key(), b.Key()); c != 0 {
			return c
		}
		return a.Site().Line - b.Site().Line
	})
}

// Audiences returns the audience of each resource server by key.
func Audiences(serves map[*access.ResourceServer]string) map[string]string {
	audiences := map[string]string{}
	for server, audience := range serves {
		if server != nil {
			audiences[server.Key()] = audience
		}
	}
	return audiences
}
