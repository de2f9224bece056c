package judge

import (
	"maps"
	"slices"
)

// exposed is an output of a template.
type exposed struct {
	// id is its logical id. What of it is a loop's variable may be anything.
	id string
	// value is its value, with what loops around it run over.
	value any
	// export is its export's name, nil without one.
	export any
	looped bool
}

// expose returns the outputs, those within loops of the language extensions
// (Fn::ForEach), too.
func (t Template) expose() []exposed {
	var all []exposed
	var collect func(section any, loops []any)
	collect = func(section any, loops []any) {
		o := object(section)
		for _, id := range slices.Sorted(maps.Keys(o)) {
			output := object(o[id])
			if value, given := output["Value"]; given {
				if loops != nil {
					value = append([]any{value}, loops...)
				}
				all = append(all, exposed{loopVariable.ReplaceAllString(id, anything), value, object(output["Export"])["Name"], loops != nil})
			} else if loop, ok := o[id].([]any); ok && len(loop) == 3 {
				collect(loop[2], append(slices.Clone(loops), loop[1]))
			}
		}
	}
	collect(t.Body["Outputs"], nil)
	return all
}
