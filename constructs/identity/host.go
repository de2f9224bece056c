package identity

import (
	"fmt"
	"net"
	"regexp"
	"strings"

	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// maxHost is how long the name of a host may be (RFC 1035, section 2.3.4).
const maxHost = 253

var hostPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$`)

// hostProblem says what is wrong with a text that should be the host of a
// provider, which is part of the iss of its tokens, or "". Texts with
// CloudFormation tokens are known at deploy only and are not looked at.
func hostProblem(text, example string) string {
	if trust.Unresolved(text) {
		return ""
	}
	wrong := ""
	switch {
	case text == "":
		return fmt.Sprintf("is missing, write the host alone, such as %q", example)
	case strings.ContainsAny(text, "@?"):
		return fmt.Sprintf("is no host: it may hold a password and is not repeated here, write the host alone, such as %q", example)
	case strings.Contains(text, "://"):
		wrong = "is a URL"
	case strings.Contains(text, "/"):
		wrong = "has a slash"
	case strings.Contains(text, ":"):
		wrong = "has a port"
	case text != strings.ToLower(text):
		wrong = "has capitals, and iss is compared byte for byte"
	case net.ParseIP(text) != nil:
		wrong = "is an address"
	case !strings.Contains(text, "."):
		wrong = "has no domain"
	case len(text) > maxHost || !hostPattern.MatchString(text):
		wrong = "is no name of a host"
	default:
		return ""
	}
	return fmt.Sprintf("%s, got %q, write the host alone, such as %q", wrong, text, example)
}
