package explain

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// members are those of one identity, as JSON.
type members map[string]json.RawMessage

type identitiesJSON struct {
	Version    int       `json:"version"`
	Identities []members `json:"identities"`
}

// Identities returns who the app trusts. What its template leaves to the deploy
// is taken from given, which has the form of the environment variable but may
// leave out what the template says; nil for none. It refuses to go without what
// is not known, naming each, and what contradicts the template.
func (a *App) Identities(given []byte) ([]authorizer.Identity, error) {
	if a.identities == nil {
		if given == nil {
			return nil, fmt.Errorf("identities, all of %s is known at deploy only, write it to a file and -identity FILE", authorizer.IdentitiesVariable)
		}
		return authorizer.ParseIdentities(given)
	}
	known, err := readIdentities([]byte(*a.identities))
	if err != nil {
		return nil, fmt.Errorf("identities, the template's are not readable, synthesise anew with this version of Scopeway: %w", err)
	}
	var more []members
	if given != nil {
		if more, err = readIdentities(given); err != nil {
			return nil, fmt.Errorf("-identity, %w", err)
		}
	}
	var missing []string
	for _, identity := range known {
		from, err := take(&more, identity)
		if err != nil {
			return nil, err
		}
		lacking, err := fill(identity, from)
		if err != nil {
			return nil, fmt.Errorf("-identity, identity %s, %w", identity.name(), err)
		}
		if len(lacking) > 0 {
			missing = append(missing, fmt.Sprintf("%s of identity %s", strings.Join(lacking, ", "), identity.name()))
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("identities, what the template leaves to the deploy is missing, got none for %s, write -identity FILE with %s as it was deployed, or with those members: %s",
			strings.Join(missing, "; "), authorizer.IdentitiesVariable, form(known))
	}
	if len(more) > 0 {
		return nil, fmt.Errorf("-identity, the app does not trust that identity, got %s, write the names that the template has", more[0].name())
	}
	merged, err := json.Marshal(identitiesJSON{authorizer.IdentitiesVersion, known})
	if err != nil {
		return nil, err
	}
	return authorizer.ParseIdentities(merged)
}

// readIdentities reads identities that need not be whole.
func readIdentities(text []byte) ([]members, error) {
	if _, err := strictjson.Parse(text, strictjson.Limits{Bytes: 64 << 10, Depth: 8}); err != nil {
		return nil, err
	}
	var read identitiesJSON
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&read); err != nil {
		return nil, errors.New("it is not of the form {\"version\":1,\"identities\":[{\"name\":\"Users\",…}]}")
	}
	if read.Version != authorizer.IdentitiesVersion {
		return nil, fmt.Errorf("version, is not one that is read here, got %d, want %d", read.Version, authorizer.IdentitiesVersion)
	}
	for n, identity := range read.Identities {
		var name string
		if json.Unmarshal(identity["name"], &name) != nil || name == "" {
			return nil, fmt.Errorf("identity %d, it has no name, write the one that the app gives it", n+1)
		}
	}
	return read.Identities, nil
}

// id returns the name, by which identities are told apart.
func (m members) id() (name string) {
	_ = json.Unmarshal(m["name"], &name) // readIdentities has looked
	return name
}

// name returns the name, quoted.
func (m members) name() string { return shown(m.id()) }

// isLate reports whether a part of the member is known at deploy only.
func (m members) isLate(member string) bool { return bytes.Contains(m[member], []byte(late)) }

// take removes the identity of the same name from others and returns it.
func take(others *[]members, of members) (members, error) {
	n := slices.IndexFunc(*others, func(other members) bool { return other.id() == of.id() })
	if n < 0 {
		return nil, nil
	}
	found := (*others)[n]
	*others = slices.Delete(*others, n, n+1)
	if slices.ContainsFunc(*others, func(other members) bool { return other.id() == of.id() }) {
		return nil, fmt.Errorf("-identity, two identities have one name, got %s", of.name())
	}
	return found, nil
}

// fill puts into an identity of the template what was given for it, and returns
// the members that are still late.
func fill(identity, given members) (lacking []string, err error) {
	for _, member := range sortedMembers(given) {
		text := given[member]
		switch literal, there := identity[member]; {
		case there && identity.isLate(member):
			identity[member] = text
		case !there:
			return nil, fmt.Errorf("%s, the template has none, got one, leave it out or synthesise anew", member)
		case !sameJSON(literal, text):
			return nil, fmt.Errorf("%s, the template has another, leave it out or synthesise anew", member)
		}
	}
	for _, member := range sortedMembers(identity) {
		if identity.isLate(member) {
			lacking = append(lacking, member)
		}
	}
	return lacking, nil
}

func sortedMembers(m members) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func sameJSON(a, b json.RawMessage) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// form returns what to write for the members that are still late.
func form(identities []members) string {
	var entries []string
	for _, identity := range identities {
		entry := `{"name":` + identity.name()
		before := len(entry)
		for _, member := range sortedMembers(identity) {
			if !identity.isLate(member) {
				continue
			}
			value := `"…"`
			switch identity[member][0] {
			case '[':
				value = `["…"]`
			case '{':
				value = `{"…":"…"}`
			}
			entry += fmt.Sprintf(",%q:%s", member, value)
		}
		if len(entry) > before {
			entries = append(entries, entry+"}")
		}
	}
	return fmt.Sprintf(`{"version":%d,"identities":[%s]}`, authorizer.IdentitiesVersion, strings.Join(entries, ","))
}
