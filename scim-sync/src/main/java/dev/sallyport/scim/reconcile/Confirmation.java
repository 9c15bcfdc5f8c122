package dev.sallyport.scim.reconcile;

/** What the directory answers when asked for one person directly. */
public enum Confirmation {
    /** 404: there is no such resource. */
    GONE,
    /** There is one, and it is not active. */
    INACTIVE,
    /** There is one, and it is active: the list was wrong. */
    PRESENT,
    /** No answer that means anything. */
    UNKNOWN
}
