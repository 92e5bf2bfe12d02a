package io.dbfs.common.rpc;

import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;

/**
 * The process's network threads: one for each processor (at least two) on each side, shared by every channel and server
 * there is. They are daemon threads that live as long as the process.
 *
 * <p>Clients and servers have threads of their own, so that a server's handler that waits for a client's reply, where
 * both are in one process, does not wait for itself.
 */
final class EventLoops {
    private static final int THREADS = Math.max(2, Runtime.getRuntime().availableProcessors());
    private static final boolean EPOLL = Epoll.isAvailable();

    static final EventLoopGroup CLIENT = group("rpc-client");
    static final EventLoopGroup SERVER = group("rpc-server");

    private EventLoops() {}

    static Class<? extends io.grpc.netty.shaded.io.netty.channel.Channel> clientChannelType() {
        return EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    static Class<? extends ServerChannel> serverChannelType() {
        return EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** Whether unix sockets can be used. */
    @SuppressWarnings("deprecation") // Netty 4.2's replacement is not what grpc's shaded builder is tested with.
    private static EventLoopGroup group(String name) {
        DefaultThreadFactory threads = new DefaultThreadFactory(name, true);
        return EPOLL ? new EpollEventLoopGroup(THREADS, threads) : new NioEventLoopGroup(THREADS, threads);
    }
}
