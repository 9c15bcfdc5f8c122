package dev.sallyport.demo.directory;

/**
 * How a directory pages.
 *
 * @param pageSize the most rows one page holds, at least 1; also the size when the caller names none
 * @param cursorPaging whether cursor paging (RFC 9865) is offered beside index paging
 */
public record DirectoryOptions(int pageSize, boolean cursorPaging) {

    /** Refuses a page that holds nothing. */
    public DirectoryOptions {
        if (pageSize < 1) {
            throw new IllegalArgumentException("pageSize must be at least 1");
        }
    }

    /** Index paging only, 100 rows to a page. */
    public static DirectoryOptions defaults() {
        return new DirectoryOptions(100, false);
    }

    /** The same options with another page size. */
    public DirectoryOptions withPageSize(int rows) {
        return new DirectoryOptions(rows, cursorPaging);
    }

    /** The same options with cursor paging offered. */
    public DirectoryOptions withCursorPaging() {
        return new DirectoryOptions(pageSize, true);
    }
}
