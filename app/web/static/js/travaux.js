// The script of every page: parts are fetched by htmx; what is our own lies in the files beside this one.
import "htmx.org";
