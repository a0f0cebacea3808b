/** 服务器拒绝时的说明。 */
export const errors = {
  'error.store-away': '读数存储不可用，稍后自动重试。',
  'error.busy': '正忙，请稍后再试。',
  'error.unreachable': '连不上服务器。',
  'error.refused': '不能完成：',
  'error.not-found': '没有找到。',
  'error.bad-time': '时间不对。',
  'error.file-changed': '文件已被别人改动，请重新读取。',
  'error.needs-a-name': '签字和保存要有姓名：请用自己的用户登录。',
  'error.too-large': '文件太大。',
  'error.internal': '服务器内部错误。',
  'error.no-diagram': '画不出这张图。',
  'error.csrf': '会话已更新，请刷新页面。',
};
