package keyset

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// TestTheDocumentHasTheseNumbers holds docs/key-sets.md to the constants: each
// row of its table, and the numbers that its sentences repeat.
func TestTheDocumentHasTheseNumbers(t *testing.T) {
	content, err := os.ReadFile("../../docs/key-sets.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := []string{"| number | value |", "|---|---|"}
	row := func(what, value string) { rows = append(rows, fmt.Sprintf("| %s | %s |", what, value)) }
	of := func(d, unit time.Duration, name string) string {
		if d%unit != 0 {
			t.Errorf("%v are no whole %s", d, name)
		}
		return fmt.Sprintf("%d %s", d/unit, name)
	}
	row("an answer has to be whole within", of(fetchTimeout, time.Second, "seconds"))
	row("keys are fetched again after", of(refreshAfter, time.Minute, "minutes"))
	row("keys that cannot be fetched again serve until they are", of(hardAge, time.Hour, "hours")+" old")
	row("fetches for a key that the set does not have, while the issuer answers: one in", of(missCoolDown, time.Second, "seconds"))
	row("fetches while the issuer does not answer: one in", of(errorCoolDown, time.Second, "seconds"))
	row("an answer has at most", fmt.Sprintf("%d KB", maxBody>>10))
	row("an answer has at most", fmt.Sprintf("%d keys", maxKeys))
	row("an RSA key has", fmt.Sprintf("%d to %d bits", minRSABits, maxRSABits))
	row("an RSA key has an odd exponent of at least", fmt.Sprint(minRSAExponent))

	var table []string
	for line := range strings.Lines(string(content)) {
		if strings.HasPrefix(line, "|") {
			table = append(table, strings.TrimSuffix(line, "\n"))
		}
	}
	if got, want := strings.Join(table, "\n"), strings.Join(rows, "\n"); got != want {
		t.Errorf("the document has\n%s\nwant\n%s", got, want)
	}
	text := strings.Join(strings.Fields(string(content)), " ")
	for _, sentence := range []string{
		"that is up to " + of(missCoolDown, time.Second, "seconds") + " later",
		"which is due " + of(refreshAfter, time.Minute, "minutes") + " after the last one",
		"is survived for " + of(hardAge, time.Hour, "hours"),
		"One request in " + of(errorCoolDown, time.Second, "seconds") + " tries, and waits " + of(fetchTimeout, time.Second, "seconds") + " at most",
		"cause one fetch in " + of(missCoolDown, time.Second, "seconds") + ", and one in " + of(errorCoolDown, time.Second, "seconds"),
	} {
		if !strings.Contains(text, sentence) {
			t.Errorf("the document lacks %q", sentence)
		}
	}
}
