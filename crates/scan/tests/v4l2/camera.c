/* A stand-in for a webcam on Linux, for machines without one.
 *
 * Preloaded, it adds the node /dev/video90 ("Wicket test camera") to the program it is loaded into: it lists
 * the node, opens it, and answers what the v4l crate asks by syscall(SYS_ioctl). Buffers are a memfd, so mmap,
 * munmap and poll are the kernel's own; the wait for the next frame (30 a second) happens in VIDIOC_DQBUF.
 *
 *   cc -shared -fPIC -O1 -o libcamera.so camera.c -ldl
 *   WICKET_CAMERA_FRAMES=frames.yuyv WICKET_CAMERA_UNPLUGGED=unplugged LD_PRELOAD=./libcamera.so PROGRAM
 *
 * frames.yuyv     one or more pictures of 1280 x 720 in YUYV (1,843,200 bytes each), shown in turn for ever; it is
 *                 opened anew for each frame, so it can be replaced (by rename) while the program runs.
 * unplugged       while a file of this name exists, the camera is unplugged: it is not listed, cannot be opened,
 *                 and an open one answers ENODEV.
 *
 * A packaged application is given a camera the same way; its child processes may inherit the preload.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NODE "video90"
#define NAME "Wicket test camera"
#define BUFFERS 4
#define ROOM (1280 * 720 * 2)

static _Atomic(DIR *) dev;       /* the listing of /dev that is under way */
static atomic_bool told;         /* whether it has named the node already */
static atomic_int camera = -1;   /* the open node */
static struct v4l2_pix_format format;
static unsigned queued[BUFFERS], first, waiting, shown;
static unsigned char *memory;
static struct timespec due;

#define NEXT(type, name) ((type)dlsym(RTLD_NEXT, name))

static int gone(void) {
    const char *path = getenv("WICKET_CAMERA_UNPLUGGED");
    return path && access(path, F_OK) == 0;
}

static void set_size(unsigned width, unsigned height) {
    memset(&format, 0, sizeof format);
    format.width = width;
    format.height = height;
    format.pixelformat = V4L2_PIX_FMT_YUYV;
    format.field = V4L2_FIELD_NONE;
    format.bytesperline = width * 2;
    format.sizeimage = width * height * 2;
    format.colorspace = V4L2_COLORSPACE_SRGB;
}

static int opened(const char *path) {
    if (strcmp(path, "/sys/class/video4linux/" NODE "/name") == 0 && !gone()) {
        int file = memfd_create(NODE "-name", MFD_CLOEXEC);
        if (file < 0 || write(file, NAME "\n", sizeof NAME) < 0 || lseek(file, 0, SEEK_SET) < 0) return -1;
        return file;
    }
    if (strcmp(path, "/dev/" NODE) != 0) return -2;
    if (gone()) { errno = ENOENT; return -1; }
    if (camera >= 0) { errno = EBUSY; return -1; }
    int file = memfd_create(NODE, MFD_CLOEXEC);
    if (file < 0 || ftruncate(file, (off_t)BUFFERS * ROOM) < 0) return -1;
    memory = mmap(NULL, (size_t)BUFFERS * ROOM, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) return -1;
    set_size(640, 480);
    waiting = 0;
    return camera = file;
}

#define OPEN(name)                                                                      \
    int name(const char *path, int flags, ...) {                                        \
        va_list more;                                                                   \
        va_start(more, flags);                                                          \
        int mode = va_arg(more, int);                                                   \
        va_end(more);                                                                   \
        int file = opened(path);                                                        \
        return file == -2 ? NEXT(int (*)(const char *, int, ...), #name)(path, flags, mode) : file; \
    }
OPEN(open)
OPEN(open64)

int close(int file) {
    if (file >= 0 && file == camera) {
        camera = -1;
        munmap(memory, (size_t)BUFFERS * ROOM);
    }
    return NEXT(int (*)(int), "close")(file);
}

DIR *opendir(const char *path) {
    DIR *listing = NEXT(DIR *(*)(const char *), "opendir")(path);
    if (strcmp(path, "/dev") == 0) { dev = listing; told = 0; }
    return listing;
}

struct dirent64 *readdir64(DIR *listing) {
    static struct dirent64 node = {.d_ino = 90, .d_reclen = sizeof node, .d_type = DT_CHR, .d_name = NODE};
    if (listing == dev && !gone() && !atomic_exchange(&told, 1)) return &node;
    return NEXT(struct dirent64 *(*)(DIR *), "readdir64")(listing);
}

/* Fills the oldest waiting buffer when its time has come. */
static int next_frame(struct v4l2_buffer *buffer) {
    if (waiting == 0) return EINVAL;
    due.tv_nsec += 33333333;
    if (due.tv_nsec >= 1000000000) { due.tv_nsec -= 1000000000; due.tv_sec++; }
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec > due.tv_sec + 1) due = now;
    if (gone()) return ENODEV;
    unsigned index = queued[first];
    first = (first + 1) % BUFFERS;
    waiting--;
    const char *path = getenv("WICKET_CAMERA_FRAMES");
    int file = path ? NEXT(int (*)(const char *, int, ...), "open")(path, O_RDONLY | O_CLOEXEC, 0) : -1;
    off_t pictures = file >= 0 ? lseek(file, 0, SEEK_END) / ROOM : 0;
    memset(memory + (size_t)index * ROOM, 128, ROOM);
    if (pictures > 0 && pread(file, memory + (size_t)index * ROOM, ROOM, shown % pictures * ROOM) < 0) return EIO;
    if (file >= 0) close(file);
    buffer->index = index;
    buffer->bytesused = format.sizeimage;
    buffer->sequence = shown++;
    buffer->timestamp.tv_sec = due.tv_sec;
    buffer->timestamp.tv_usec = due.tv_nsec / 1000;
    return 0;
}

/* The error number of an answer, 0 when there is none. */
static int answer(unsigned long request, void *asked) {
    if (gone()) return ENODEV;
    switch (request) {
    case VIDIOC_QUERYCAP: {
        struct v4l2_capability *about = asked;
        memset(about, 0, sizeof *about);
        strcpy((char *)about->driver, "wicket-test");
        strcpy((char *)about->card, NAME);
        strcpy((char *)about->bus_info, "test:90");
        about->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        about->capabilities = about->device_caps | V4L2_CAP_DEVICE_CAPS;
        return 0;
    }
    case VIDIOC_ENUM_FMT: {
        struct v4l2_fmtdesc *kind = asked;
        if (kind->index > 0) return EINVAL;
        kind->pixelformat = V4L2_PIX_FMT_YUYV;
        strcpy((char *)kind->description, "YUYV 4:2:2");
        return 0;
    }
    case VIDIOC_ENUM_FRAMESIZES: {
        struct v4l2_frmsizeenum *size = asked;
        if (size->index > 1) return EINVAL;
        size->type = V4L2_FRMSIZE_TYPE_DISCRETE;
        size->discrete.width = size->index == 0 ? 640 : 1280;
        size->discrete.height = size->index == 0 ? 480 : 720;
        return 0;
    }
    case VIDIOC_ENUM_FRAMEINTERVALS: {
        struct v4l2_frmivalenum *pace = asked;
        if (pace->index > 0) return EINVAL;
        pace->type = V4L2_FRMIVAL_TYPE_DISCRETE;
        pace->discrete = (struct v4l2_fract){1, 30};
        return 0;
    }
    case VIDIOC_S_FMT: {
        struct v4l2_format *wish = asked;
        int small = wish->fmt.pix.width < 1280;
        set_size(small ? 640 : 1280, small ? 480 : 720);
        wish->fmt.pix = format;
        return 0;
    }
    case VIDIOC_G_FMT:
        ((struct v4l2_format *)asked)->fmt.pix = format;
        return 0;
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM:
        ((struct v4l2_streamparm *)asked)->parm.capture.timeperframe = (struct v4l2_fract){1, 30};
        return 0;
    case VIDIOC_REQBUFS:
        if (((struct v4l2_requestbuffers *)asked)->count > BUFFERS)
            ((struct v4l2_requestbuffers *)asked)->count = BUFFERS;
        return 0;
    case VIDIOC_QUERYBUF: {
        struct v4l2_buffer *buffer = asked;
        buffer->length = format.sizeimage;
        buffer->m.offset = buffer->index * ROOM;
        return 0;
    }
    case VIDIOC_QBUF:
        if (waiting == BUFFERS) return EINVAL;
        queued[(first + waiting++) % BUFFERS] = ((struct v4l2_buffer *)asked)->index % BUFFERS;
        return 0;
    case VIDIOC_DQBUF:
        return next_frame(asked);
    case VIDIOC_STREAMON:
        clock_gettime(CLOCK_MONOTONIC, &due);
        return 0;
    case VIDIOC_STREAMOFF:
        waiting = 0;
        return 0;
    default:
        return EINVAL;
    }
}

long syscall(long number, ...) {
    va_list more;
    va_start(more, number);
    long a = va_arg(more, long), b = va_arg(more, long), c = va_arg(more, long);
    long d = va_arg(more, long), e = va_arg(more, long), f = va_arg(more, long);
    va_end(more);
    if (number == SYS_ioctl && (int)a >= 0 && (int)a == camera) {
        int fault = answer((unsigned long)b & 0xffffffffUL, (void *)c);
        if (fault) errno = fault;
        return fault ? -1 : 0;
    }
    static long (*next)(long, ...);
    if (!next) next = NEXT(long (*)(long, ...), "syscall");
    return next(number, a, b, c, d, e, f);
}
