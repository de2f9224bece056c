package explain

import (
	"fmt"
	"strings"
	"time"

	"github.com/scopeway/scopeway/authorizer/audit"
)

// shown returns a text that a token or a request holds, quoted, as much of it as
// an audit line may hold; "none" for the empty text.
func shown(text string) string {
	if text == "" {
		return "none"
	}
	return fmt.Sprintf("%q", audit.Clean(text))
}

// list joins quoted texts, at most eight of them.
func list(texts []string) string {
	const room = 8
	words := make([]string, 0, room+1)
	for i, text := range texts {
		if i == room {
			words = append(words, fmt.Sprintf("and %d more", len(texts)-room))
			break
		}
		words = append(words, shown(text))
	}
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

// moment writes a NumericDate with how far away it is.
func moment(seconds int64, now time.Time) string {
	if seconds == 0 {
		return "none"
	}
	text := time.Unix(seconds, 0).UTC().Format(time.RFC3339)
	switch between := seconds - now.Unix(); {
	case between < 0:
		return text + ", " + span(-between) + " ago"
	case between > 0:
		return text + ", in " + span(between)
	default:
		return text + ", now"
	}
}

// span writes so many seconds, one or more, in their largest unit.
func span(seconds int64) string {
	n, unit := seconds, "second"
	for _, larger := range []struct {
		name string
		size int64
	}{{"day", 24 * 60 * 60}, {"hour", 60 * 60}, {"minute", 60}} {
		if seconds >= larger.size {
			n, unit = seconds/larger.size, larger.name
			break
		}
	}
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
