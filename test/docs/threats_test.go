package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// threat is a row of docs/threats.md.
type threat struct {
	text  string
	tests []string // package.Test
}

// proof is a test as the last column names it.
var proof = regexp.MustCompile("`([^`]+)`")

func threats(t *testing.T) []threat {
	t.Helper()
	var rows []threat
	for line := range strings.Lines(read(t, "docs/threats.md")) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---") || strings.HasPrefix(line, "| what goes wrong") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if len(cells) != 4 {
			t.Fatalf("a row has %d cells, want 4: %s", len(cells), line)
		}
		row := threat{text: strings.TrimSpace(cells[0])}
		if row.text == "" || strings.TrimSpace(cells[2]) == "" {
			t.Errorf("a row lacks its threat or its defence: %s", line)
		}
		for _, m := range proof.FindAllStringSubmatch(cells[3], -1) {
			row.tests = append(row.tests, m[1])
		}
		if rest := strings.Trim(proof.ReplaceAllString(cells[3], ""), " ,"); rest != "" {
			t.Errorf("%s: the tests have %q between them, write `package.Test`, `package.Test`", row.text, rest)
		}
		rows = append(rows, row)
	}
	return rows
}

func TestEveryThreatHasATestThatIsThere(t *testing.T) {
	rows := threats(t)
	if len(rows) < 25 {
		t.Fatalf("docs/threats.md has %d threats, want 25 at least", len(rows))
	}
	there := map[string][]string{} // of each package
	for _, row := range rows {
		if len(row.tests) == 0 {
			t.Errorf("%s: no test proves the defence", row.text)
		}
		for i, name := range row.tests {
			dot := strings.LastIndexByte(name, '.')
			if dot < 0 {
				t.Errorf("%s: %q is not written as package.Test", row.text, name)
				continue
			}
			folder, function := name[:dot], name[dot+1:]
			if _, known := there[folder]; !known {
				there[folder] = tests(t, folder)
			}
			if !slices.Contains(there[folder], function) {
				t.Errorf("%s: there is no test %s in %s", row.text, function, folder)
			}
			if slices.Contains(row.tests[:i], name) {
				t.Errorf("%s: names %s twice", row.text, name)
			}
		}
	}
}

// tests returns the names of the tests and fuzz targets of a package that do
// something: one whose body is empty, or only skips, proves nothing.
func tests(t *testing.T, folder string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range parsed.Decls {
			f, ok := declaration.(*ast.FuncDecl)
			if ok && f.Recv == nil && f.Name.Name != "TestMain" && len(f.Body.List) > 0 && !skips(f.Body.List[0]) &&
				(strings.HasPrefix(f.Name.Name, "Test") || strings.HasPrefix(f.Name.Name, "Fuzz")) {
				names = append(names, f.Name.Name)
			}
		}
	}
	return names
}

func skips(statement ast.Stmt) bool {
	expression, ok := statement.(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := expression.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	selector, ok := call.Fun.(*ast.SelectorExpr)
	return ok && strings.HasPrefix(selector.Sel.Name, "Skip")
}

// sources parses the Go files below some rooms, tests aside.
func sources(t *testing.T, rooms ...string) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	for _, room := range rooms {
		err := filepath.WalkDir(filepath.Join(root, room), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			files[rel], err = parser.ParseFile(token.NewFileSet(), path, nil, 0)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(files) < 10 {
		t.Fatalf("found %d files below %q", len(files), rooms)
	}
	return files
}

// verifies are the rooms that the function is made of.
var verifies = []string{"authorizer", "internal/jose", "internal/strictjson", "internal/callerjson", "access"}

func TestTheAuthorizerHasNeitherSharedSecretsNorDecryption(t *testing.T) {
	absent := regexp.MustCompile(`^(crypto/(hmac|aes|cipher|des|rc4|ecdh|hkdf|pbkdf2|hpke|mlkem)|compress/.*|golang\.org/x/crypto/.*|plugin|os/exec|unsafe)$`)
	for path, file := range sources(t, verifies...) {
		for _, imported := range file.Imports {
			if name := strings.Trim(imported.Path.Value, `"`); absent.MatchString(name) {
				t.Errorf("%s imports %s", path, name)
			}
		}
	}
}

// switchName is how people call a field that turns a check off.
var switchName = regexp.MustCompile(`(?i)skip|insecure|disable|bypass|unsafe|ignore|noverify|without|permissive|lenient|debug|optional|anonymous|allow(none|missing|expired|http|unsigned)|trustall`)

// harmless are fields that are called so and turn off no check of a token.
var harmless = map[string]string{
	"DisableDefaultEndpoint": "closes an endpoint",
}

func TestNothingSwitchesACheckOff(t *testing.T) {
	fields := 0
	for path, file := range sources(t, append(verifies, "constructs/identity", "constructs/gateway")...) {
		ast.Inspect(file, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.StructType:
				for _, field := range n.Fields.List {
					for _, name := range field.Names {
						fields++
						if ast.IsExported(name.Name) && switchName.MatchString(name.Name) && harmless[name.Name] == "" {
							t.Errorf("%s has the field %s", path, name.Name)
						}
					}
					if field.Tag != nil && switchName.MatchString(field.Tag.Value) && !strings.Contains(field.Tag.Value, "omit") {
						t.Errorf("%s has a member %s", path, field.Tag.Value)
					}
				}
			case *ast.CallExpr: // flags and files of one's own
				if selector, ok := n.Fun.(*ast.SelectorExpr); ok {
					if from, ok := selector.X.(*ast.Ident); ok && (from.Name == "flag" || from.Name == "os" && (selector.Sel.Name == "LookupEnv" || selector.Sel.Name == "Environ")) {
						t.Errorf("%s calls %s.%s", path, from.Name, selector.Sel.Name)
					}
				}
			}
			return true
		})
	}
	if fields < 50 {
		t.Errorf("looked at %d fields only", fields)
	}
	// The function's environment: where it lies, and who is trusted.
	asked := map[string]bool{}
	for path := range sources(t, "authorizer") {
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?i)getenv\(([^)]*)\)`).FindAllStringSubmatch(string(text), -1) {
			asked[m[1]] = true
		}
	}
	for _, known := range []string{`"LAMBDA_TASK_ROOT"`, `IdentitiesVariable`} {
		if !asked[known] {
			t.Errorf("the environment is not asked for %s: then this test looks at the wrong place", known)
		}
		delete(asked, known)
	}
	for variable := range asked {
		t.Errorf("the environment is asked for %s", variable)
	}
}
