// The script of every page. Parts are fetched by htmx; what is our own lies in the files beside this one.
// The draft page has one more, desk.js.
import "htmx.org";
import "./spared.js";
import "./small.js";
import "./here.js";
import "./finder.js";
import "./steps.js";
import "./placing.js";
