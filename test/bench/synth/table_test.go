package synth

import (
	"fmt"
	"strings"
	"time"
)

// warmTable returns what was measured as docs/benchmarks.md has it.
func warmTable() string {
	if len(warmRows) == 0 {
		return ""
	}
	var t strings.Builder
	t.WriteString("\n| API | routes | time | awscdk alone | resources | awscdk alone | with its defaults | template | awscdk alone |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, r := range warmRows {
		fmt.Fprintf(&t, "| %s | %d | %s | %s | %s | %s | %s | %s | %s |\n", r.title(), r.routes,
			r.ours.time(), r.plain.time(), r.ours[0].count(), r.plain[0].count(), r.defaults.count(), r.ours[0].size(), r.plain[0].size())
	}
	return t.String()
}

// coldTable is the same for programs that start for one synth.
func coldTable() string {
	if len(coldRows) == 0 {
		return ""
	}
	var t strings.Builder
	t.WriteString("\n| API | routes | time | awscdk alone | memory | awscdk alone |\n|---|---|---|---|---|---|\n")
	for _, r := range coldRows {
		fmt.Fprintf(&t, "| %s | %d | %s | %s | %s | %s |\n", r.title(), r.routes,
			seconds(r.ours.fastest()), seconds(r.plain.fastest()), megabytes(r.ours.memory), megabytes(r.plain.memory))
	}
	return t.String()
}

func (a api) title() string {
	title := "HTTP"
	if a.rest {
		title = "REST"
	}
	if a.cors {
		title += ", CORS"
	}
	return title
}

func (s samples) time() string {
	if s[0].refused != "" {
		return "–"
	}
	return seconds(s.median())
}

// count is the number of resources, or why there is no template.
func (o outcome) count() string {
	if o.refused != "" {
		return fmt.Sprintf("%d: refused, `%s`", o.resources, o.refused)
	}
	return fmt.Sprint(o.resources)
}

func (o outcome) size() string {
	if o.refused != "" {
		return "–"
	}
	return fmt.Sprintf("%.0f kB", float64(o.bytes)/1000)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func megabytes(bytes int64) string {
	if bytes == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f MB", float64(bytes)/1e6)
}
