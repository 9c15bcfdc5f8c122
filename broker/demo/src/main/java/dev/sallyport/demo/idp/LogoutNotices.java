package dev.sallyport.demo.idp;

/** How many back-channel logout notices were due, and how many of them their receivers accepted. */
public record LogoutNotices(int due, int accepted) {

    static final LogoutNotices NONE = new LogoutNotices(0, 0);

    LogoutNotices plus(LogoutNotices other) {
        return new LogoutNotices(due + other.due, accepted + other.accepted);
    }
}
